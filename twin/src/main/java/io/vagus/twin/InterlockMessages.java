package io.vagus.twin;

import io.vagus.expression.Expression;
import io.vagus.expression.Scope;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.Interlock;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.wire.InterlockCodec;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What devices of a product are told of its interlocks. Pure but for the registry. */
final class InterlockMessages {
  static final int MAX_BYTES = 64 << 10;

  private InterlockMessages() {}

  /** Refuses a product whose devices could not be told. */
  static void requireSendable(ProductModel product) {
    int bytes = isGuarded(product) ? message(product).length : 0;
    if (bytes > MAX_BYTES) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "interlocks: " + bytes + " bytes in all (expected: <= " + MAX_BYTES + ")");
    }
  }

  /** Whether a device may hold interlocks of the product: one of its versions had some. */
  static boolean mayBeHeld(ProductModel product, Registry registry) {
    boolean ever = isGuarded(product);
    for (int version = product.version() - 1; version > 0 && !ever; version--) {
      ever = registry.model(product.id(), version).filter(InterlockMessages::isGuarded).isPresent();
    }
    return ever;
  }

  private static boolean isGuarded(ProductModel product) {
    return !product.twin().interlocks().isEmpty()
        || product.commands().values().stream()
            .map(CommandModel::safety)
            .anyMatch(s -> !s.interlocks().isEmpty() || s.deadMan().isPresent());
  }

  static byte[] message(ProductModel product) {
    Set<String> metrics = new HashSet<>();
    for (CommandModel command : product.commands().values()) {
      CommandSafety safety = command.safety();
      metrics.addAll(metrics(safety.interlocks(), ProductScope.of(product, command)));
    }
    product
        .twin()
        .interlocks()
        .values()
        .forEach(of -> metrics.addAll(metrics(of, ProductScope.of(product).withValue())));
    return InterlockCodec.encode(product, metrics);
  }

  private static Set<String> metrics(Collection<Interlock> interlocks, Scope scope) {
    Set<String> metrics = new HashSet<>();
    for (Interlock interlock : interlocks) {
      try {
        metrics.addAll(Expression.compile(interlock.expression(), scope).metrics());
      } catch (VagusException e) {
        // It cannot be judged on the device either, and refuses there.
        continue;
      }
    }
    return metrics;
  }
}
