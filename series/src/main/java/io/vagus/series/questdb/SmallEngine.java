package io.vagus.series.questdb;

import io.questdb.cairo.CairoEngine;
import io.questdb.griffin.FunctionFactory;
import io.questdb.griffin.engine.functions.bool.AndFunctionFactory;
import io.questdb.griffin.engine.functions.bool.InLongFunctionFactory;
import io.questdb.griffin.engine.functions.eq.EqIntFunctionFactory;
import io.questdb.griffin.engine.functions.lt.LtIntFunctionFactory;
import io.questdb.griffin.engine.functions.lt.LtTimestampFunctionFactory;
import java.util.List;

/**
 * The engine with only the SQL functions that are used here: looking up all thousand of them takes
 * most of a start.
 */
final class SmallEngine extends CairoEngine {
  private static final List<FunctionFactory> FUNCTIONS =
      List.of(
          new AndFunctionFactory(),
          new EqIntFunctionFactory(),
          new InLongFunctionFactory(),
          new LtIntFunctionFactory(),
          new LtTimestampFunctionFactory());

  SmallEngine(EngineConfig config) {
    super(config);
  }

  @Override
  protected Iterable<FunctionFactory> getFunctionFactories() {
    return FUNCTIONS;
  }
}
