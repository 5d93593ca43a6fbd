package io.vagus.twin;

import io.vagus.expression.Expression;
import io.vagus.expression.Scope;
import io.vagus.expression.Type;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.CommandModel;
import io.vagus.model.Interlock;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The names that a product's conditions may use. Pure. */
public final class ProductScope {
  private static final int MAX_INTERLOCKS = 200;

  private ProductScope() {}

  /** Of any condition: readings, desired, reported, device, now. */
  public static Scope of(ProductModel product) {
    return Scope.ofDevice(types(product.allMetrics()));
  }

  /** And args. */
  public static Scope of(ProductModel product, CommandModel command) {
    return of(product).withArguments(types(command.arguments()));
  }

  /** By name. */
  public static Map<String, Type.Plain> types(Map<String, MetricModel> metrics) {
    Map<String, Type.Plain> types = new TreeMap<>();
    metrics.forEach((name, metric) -> types.put(name, type(metric.type())));
    return types;
  }

  private static Type.Plain type(MetricType type) {
    return switch (type) {
      case NUMBER -> Type.Plain.NUMBER;
      case INTEGER -> Type.Plain.INTEGER;
      case BOOLEAN -> Type.Plain.BOOLEAN;
      case TEXT -> Type.Plain.TEXT;
    };
  }

  /** Refuses a product with a condition that cannot be judged: an INVALID_REQUEST says which. */
  public static void requireSound(ProductModel product) {
    requireNotTooMany(product);
    for (CommandModel command : new TreeMap<>(product.commands()).values()) {
      requireSound(
          "commands." + command.name(), command.safety().interlocks(), of(product, command));
    }
    new TreeMap<>(product.twin().interlocks())
        .forEach((pointer, interlocks) ->
            requireSound("twin.interlocks." + pointer, interlocks, of(product).withValue()));
    InterlockMessages.requireSendable(product);
  }

  private static void requireNotTooMany(ProductModel product) {
    int all =
        Stream.concat(
                product.commands().values().stream().map(c -> c.safety().interlocks()),
                product.twin().interlocks().values().stream())
            .mapToInt(List::size)
            .sum();
    if (all > MAX_INTERLOCKS) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "interlocks: " + all + " in all (expected: <= " + MAX_INTERLOCKS + ")");
    }
  }

  private static void requireSound(String of, List<Interlock> interlocks, Scope scope) {
    for (Interlock interlock : interlocks) {
      try {
        Expression.compile(interlock.expression(), scope);
      } catch (VagusException e) {
        throw new VagusException(
            ErrorCode.INVALID_REQUEST, of + "." + interlock.id() + "." + e.getMessage());
      }
    }
  }
}
