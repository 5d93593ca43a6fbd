package io.vagus.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  /**
   * Its result for those arguments.
   *
   * @param values of its parameters' types, or what is as good: an integer for a number
   * @throws FunctionException an argument does not fit, or there is no result
   */
  public Object call(List<?> values) throws FunctionException {
    if (values.size() != parameters.size()) {
      throw new FunctionException(
          "%d arguments (expected: %d)".formatted(values.size(), parameters.size()));
    }
    List<Object> fitting = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      Object value = Fitting.of(parameters.get(i), values.get(i));
      if (value == null) {
        throw new FunctionException(
            "argument %d is no %s".formatted(i + 1, word(parameters.get(i))));
      }
      fitting.add(value);
    }
    Object of = Fitting.of(result, body.call(fitting));
    if (of == null) {
      throw new FunctionException("its result is no " + word(result));
    }
    return of;
  }

  private static String word(Type.Plain type) {
    return switch (type) {
      case NUMBER -> "finite number";
      case NUMBERS -> "list of finite numbers";
      default -> type.name().toLowerCase(Locale.ROOT);
    };
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
