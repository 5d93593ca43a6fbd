package io.vagus.rule.engine;

import io.vagus.expression.Scope;
import io.vagus.expression.Type;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.rule.Rule;
import io.vagus.rule.Window;
import io.vagus.twin.ProductScope;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The names that a rule's expressions may use, for the devices of one product. Pure. */
public final class RuleScope {
  public static final String WINDOWS = "windows";
  public static final String RELATED = "related";

  private static final Type.Fields DEVICE =
      new Type.Fields(
          "field of a device",
          Map.of(
              "id", Type.Plain.TEXT,
              "product", Type.Plain.TEXT,
              "group", Type.Plain.TEXT,
              "tags", Type.Plain.DOCUMENT));

  private RuleScope() {}

  /**
   * @param known all products, for related devices of any product
   */
  public static Scope of(Rule rule, ProductModel product, Products known) {
    Map<String, Type> windows = new TreeMap<>();
    rule.windows().forEach((name, window) -> windows.put(name, window(window, product)));
    Map<String, Type> related = new TreeMap<>();
    rule.related().forEach((name, of) -> related.put(name, related(of, known)));
    return of(product)
        .with(WINDOWS, new Type.Fields("window", windows))
        .with(RELATED, new Type.Fields("related device", related));
  }

  /** Those that every rule may use. */
  public static Scope of(ProductModel product) {
    return ProductScope.of(product).with(Scope.DEVICE, DEVICE);
  }

  private static Type window(Window window, ProductModel product) {
    Map<String, Type> fields = new TreeMap<>();
    if (window instanceof Window.Absence) {
      fields.put("absent", Type.Plain.BOOLEAN);
      fields.put("since", Type.Plain.TIME);
      return new Type.Fields("field of an absence", fields);
    }
    fields.put("count", Type.Plain.NUMBER);
    fields.put("from", Type.Plain.TIME);
    fields.put("to", Type.Plain.TIME);
    var metric = product.metric(window.metric());
    if (metric == null || metric.type() != MetricType.TEXT) {
      for (String name : WindowValues.NUMBERS) {
        fields.put(name, Type.Plain.NUMBER);
      }
    }
    return new Type.Fields("value of a window", fields);
  }

  private static Type related(Rule.Related related, Products known) {
    Map<String, Type> readings = new TreeMap<>();
    for (ProductModel product : products(related, known)) {
      ProductScope.types(product.allMetrics())
          .forEach((metric, type) ->
              readings.merge(
                  metric,
                  Type.reading(type),
                  (one, other) -> one.equals(other) ? one : Type.reading(Type.Plain.ANY)));
    }
    return new Type.Fields(
        "field of a related device",
        Map.of(
            Scope.READINGS,
            new Type.Fields("metric", readings),
            Scope.DESIRED,
            Type.Plain.DOCUMENT,
            Scope.REPORTED,
            Type.Plain.DOCUMENT,
            Scope.DEVICE,
            DEVICE));
  }

  private static Collection<ProductModel> products(Rule.Related related, Products known) {
    return related.product().isPresent()
        ? known.find(related.product().get()).stream().toList()
        : known.all();
  }
}
