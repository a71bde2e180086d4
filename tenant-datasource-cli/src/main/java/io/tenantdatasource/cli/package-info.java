/** The command line. Its classes are no API: what it offers are its commands, options and exit codes. */
package io.tenantdatasource.cli;
