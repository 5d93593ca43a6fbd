package io.vagus.series.questdb;

import io.questdb.cairo.sql.RecordCursor;
import io.questdb.cairo.sql.RecordCursorFactory;
import io.questdb.griffin.SqlExecutionContextImpl;

/** A running query and all that is to be given back after it. */
record OpenQuery(SqlExecutionContextImpl context, RecordCursorFactory factory, RecordCursor cursor)
    implements AutoCloseable {

  @Override
  public void close() {
    cursor.close();
    factory.close();
    context.close();
  }
}
