package io.vagus.api;

import io.vagus.expression.Functions;
import io.vagus.expression.Scope;
import io.vagus.expression.Type;
import io.vagus.model.CommandModel;
import io.vagus.model.MetricModel;
import io.vagus.model.ProductModel;
import io.vagus.rule.engine.RuleScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** What may stand in a rule, for completion: what all of its products have. Immutable. */
final class RuleNames {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private record Name(String path, String type, String unit) {}

  private final List<ProductModel> products;
  private final Functions functions;

  RuleNames(List<ProductModel> products, Functions functions) {
    this.products = List.copyOf(products);
    this.functions = functions;
  }

  void write(JsonGenerator out) {
    Shape.items(
        out,
        "names",
        names(),
        (o, name) -> {
          o.writeStringProperty("path", name.path());
          o.writeStringProperty("type", name.type());
          if (!name.unit().isEmpty()) {
            o.writeStringProperty("unit", name.unit());
          }
        });
    Shape.items(
        out,
        "functions",
        functions.byName().entrySet(),
        (o, function) -> {
          o.writeStringProperty("name", function.getKey());
          o.writeStringProperty("signature", signature(function.getKey(), function.getValue()));
        });
    out.writeObjectPropertyStart("commands");
    commands().values().forEach(command -> WayBackShape.write(out, command));
    out.writeEndObject();
  }

  private static String signature(String name, io.vagus.expression.Function function) {
    return function.parameters().stream()
        .map(RuleNames::word)
        .collect(Collectors.joining(", ", name + "(", "): " + word(function.result())));
  }

  private static String word(Type.Plain type) {
    return Shape.word(type);
  }

  private List<Name> names() {
    List<Name> all = null;
    for (ProductModel product : products) {
      List<Name> its = new ArrayList<>();
      RuleScope.of(product)
          .variables()
          .forEach((name, type) -> collect(name, type, "", product, its));
      product
          .twin()
          .defaults()
          .fields()
          .keySet()
          .forEach(pointer -> its.add(new Name(Scope.DESIRED + path(pointer), "any", "")));
      if (all == null) {
        all = its;
      } else {
        all.retainAll(its);
      }
    }
    return all == null ? List.of() : all;
  }

  private static void collect(
      String path, Type type, String unit, ProductModel product, List<Name> into) {
    switch (type) {
      case Type.Plain plain -> into.add(new Name(path, word(plain), unit));
      case Type.Fields fields ->
          new TreeMap<>(fields.of())
              .forEach((name, of) ->
                  collect(path + dotted(name), of, unit(path, name, unit, product), product, into));
    }
  }

  /** Of a metric's value. */
  private static String unit(String path, String name, String above, ProductModel product) {
    MetricModel metric = path.equals(Scope.READINGS) ? product.metric(name) : null;
    if (metric != null) {
      return metric.unit();
    }
    return name.equals("value") ? above : "";
  }

  /** As CEL writes it: a name with a dot or a hyphen in backquotes. */
  private static String dotted(String name) {
    return IDENTIFIER.matcher(name).matches() ? "." + name : ".`" + name + "`";
  }

  /** Of a JSON Pointer (RFC 6901). */
  private static String path(String pointer) {
    StringBuilder path = new StringBuilder();
    for (String step : pointer.substring(1).split("/", -1)) {
      path.append(dotted(step.replace("~1", "/").replace("~0", "~")));
    }
    return path.toString();
  }

  /** Those that all have; of two of one name the first product's. */
  private Map<String, CommandModel> commands() {
    TreeSet<String> names = new TreeSet<>();
    products.stream().findFirst().ifPresent(first -> names.addAll(first.commands().keySet()));
    products.forEach(product -> names.retainAll(product.commands().keySet()));
    Map<String, CommandModel> commands = new TreeMap<>();
    names.forEach(name -> commands.put(name, products.getFirst().commands().get(name)));
    return commands;
  }
}
