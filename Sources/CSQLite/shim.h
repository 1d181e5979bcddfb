#ifndef REGISTRAR_CSQLITE_SHIM_H
#define REGISTRAR_CSQLITE_SHIM_H

/*
 * Declared as in SQLite's header. The header itself stays out: GRDB's module has it, and each of
 * its types would be there twice.
 */
int sqlite3_config(int option, ...);

/*
 * Swift cannot call variadic functions. Returns SQLITE_MISUSE when SQLite is in use already; it
 * keeps its statistics then.
 */
static inline int registrar_leave_out_memory_statistics(void) {
    return sqlite3_config(9 /* SQLITE_CONFIG_MEMSTATUS */, 0);
}

#endif
