package io.vagus.expression;

import java.util.List;

/**
 * A function that a text may call.
 *
 * @param parameters their types; at most 8
 */
public record Function(List<Type.Plain> parameters, Type.Plain result, Body body) {
  private static final int MAX_PARAMETERS = 8;

  public Function {
    parameters = List.copyOf(parameters);
    if (parameters.size() > MAX_PARAMETERS) {
      throw new IllegalArgumentException(
          "parameters: " + parameters.size() + " (expected: <= " + MAX_PARAMETERS + ")");
    }
  }

  /** What it does. Pure, and called from many threads. */
  @FunctionalInterface
  public interface Body {
    /**
     * @param arguments of the parameters' types: Double for a number, Long for an integer, Boolean,
     *     String, a list of Doubles
     * @return of the result's type
     * @throws FunctionException there is none; whoever asked is told why
     */
    Object call(List<Object> arguments) throws FunctionException;
  }
}
