package io.vagus.twin;

import io.vagus.expression.Guard;
import io.vagus.expression.Scope;
import io.vagus.model.CommandModel;
import io.vagus.model.Interlock;
import io.vagus.model.ProductModel;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A product's interlocks, compiled.
 *
 * @param commands by the command's name
 * @param fields by the desired field's pointer
 */
record Guards(
    ProductModel product, Map<String, List<Guard>> commands, Map<String, List<Guard>> fields) {

  static Guards of(ProductModel product) {
    return new Guards(
        product,
        product.commands().values().stream()
            .filter(command -> !command.safety().interlocks().isEmpty())
            .collect(
                Collectors.toUnmodifiableMap(
                    CommandModel::name,
                    c -> guards(c.safety().interlocks(), ProductScope.of(product, c)))),
        product.twin().interlocks().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    e -> guards(e.getValue(), ProductScope.of(product).withValue()))));
  }

  private static List<Guard> guards(List<Interlock> interlocks, Scope scope) {
    return interlocks.stream()
        .map(i -> Guard.of(i.id(), i.expression(), i.message(), i.maxAge(), scope))
        .toList();
  }
}
