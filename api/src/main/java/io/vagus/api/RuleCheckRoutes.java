package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.RuleReview;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is to be said of a rule before it is saved, and of what it may name. Thread-safe. */
final class RuleCheckRoutes {
  private static final String ALL = "/api/v1/rules";

  private final Registry registry;
  private final RuleSources parts;
  private final RuleAdmission admission;

  RuleCheckRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.parts = parts.rules();
    this.admission = new RuleAdmission(parts);
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", ALL + "/check", Route.Body.JSON, this::check),
        Route.get(ALL + "/names", Set.of("products"), this::names),
        Route.get("/api/v1/products/{id}/uses", this::uses));
  }

  /** Of whatever JSON: the page that it is written in shows each error at its place. */
  private Reply check(Call call) throws IOException {
    RuleReview review;
    try {
      JsonObject json = call.json();
      json.ignore(RuleShape.SHOWN);
      review = admission.review(RuleCodec.read(json, "new"));
    } catch (VagusException e) {
      if (e.code() != ErrorCode.INVALID_REQUEST) {
        throw e;
      }
      review = new RuleReview(List.of(RuleShape.error(e)), List.of());
    }
    return reviewed(review);
  }

  private static Reply reviewed(RuleReview review) {
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("ok", review.errors().isEmpty());
          Shape.items(out, "errors", review.errors(), RuleShape::write);
          Shape.items(out, "lint", review.lint(), RuleShape::write);
        });
  }

  /** Of products that exist; of others, which a rule being written may name, there is nothing. */
  private Reply names(Call call) {
    List<ProductModel> products =
        Stream.of(call.query().string("products").orElse("").split(","))
            .flatMap(product -> registry.model(product.strip()).stream())
            .toList();
    RuleNames names = new RuleNames(products, parts.functions().get());
    return Reply.json(
        200,
        out -> {
          names.write(out);
          Shape.strings(out, "sinks", new TreeSet<>(parts.sinks().get()));
          Shape.strings(out, "relations", RelationRoutes.words());
        });
  }

  /** Which rules look at what a product's devices send; a metric that none does has none. */
  private Reply uses(Call call) {
    String id = call.path("id");
    ProductModel product = registry.model(id).orElseThrow(() -> Problem.notFound("product", id));
    boolean unused = call.sight().isEverything(); // asked also when there is no rule
    CompiledRules compiled = parts.compiled().get();
    Predicate<String> seen =
        rule -> parts.book().find(rule).filter(v -> isSeen(call, v)).isPresent();
    return Reply.json(
        200,
        out ->
            Shape.items(
                out,
                "items",
                new TreeSet<>(product.metrics().keySet()),
                (o, metric) -> {
                  o.writeStringProperty("metric", metric);
                  List<String> rules = compiled.using(id, metric).stream().filter(seen).toList();
                  Shape.strings(o, "rules", rules);
                }));
  }

  private static boolean isSeen(Call call, RuleVersion saved) {
    return call.sight().sees(saved.rule().group());
  }
}
