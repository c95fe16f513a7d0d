/* one.c: no licence */
