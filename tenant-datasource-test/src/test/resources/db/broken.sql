create tabel note ();
