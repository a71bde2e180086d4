select *
from :"schema".:"lookup_function"(?)
