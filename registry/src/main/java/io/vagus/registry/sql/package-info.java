/** The registry in SQL: SQLite. */
@NullMarked
package io.vagus.registry.sql;

import org.jspecify.annotations.NullMarked;
