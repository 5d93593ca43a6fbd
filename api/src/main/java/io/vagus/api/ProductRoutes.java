package io.vagus.api;

import io.vagus.command.CommandArguments;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.twin.ProductScope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Product models and their versions. Thread-safe. */
final class ProductRoutes {
  private static final String ALL = "/api/v1/products";
  private static final String ONE = ALL + "/{id}";

  private final Registry registry;

  /** Held from the look whether a product is there until it is stored. */
  private final ReentrantLock saving = new ReentrantLock();

  ProductRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, this::list),
        Route.write("POST", ALL, Route.Body.JSON, this::create),
        Route.get(ONE, this::read),
        Route.write("PUT", ONE, Route.Body.JSON, this::replace),
        Route.write("DELETE", ONE, Route.Body.NONE, this::delete),
        Route.get(ONE + "/versions", this::versions),
        Route.get(ONE + "/versions/{version}", this::version));
  }

  private Reply list(Call call) {
    return Shape.page(new Page<>(registry.products(), Optional.empty()), ProductShape::write);
  }

  private Reply create(Call call) throws IOException {
    ProductModel model = sound(ProductShape.read(call.json(), Optional.empty()));
    saving.lock();
    try {
      if (registry.model(model.id()).isPresent()) {
        throw new VagusException(
            ErrorCode.CONFLICT,
            "id: " + Problem.shown(model.id()) + " is there already; PUT makes a new version");
      }
      return saved(201, registry.saveProduct(model));
    } finally {
      saving.unlock();
    }
  }

  private Reply replace(Call call) throws IOException {
    ProductModel model = sound(ProductShape.read(call.json(), Optional.of(call.path("id"))));
    saving.lock();
    try {
      ProductModel saved = registry.saveProduct(model);
      return saved(saved.version() == 1 ? 201 : 200, saved);
    } finally {
      saving.unlock();
    }
  }

  /** Its conditions can be judged, and what is done in place of others can be done. */
  private static ProductModel sound(ProductModel model) {
    ProductScope.requireSound(model);
    CommandArguments.requireSound(model);
    return model;
  }

  private static Reply saved(int status, ProductModel model) {
    return Reply.json(status, out -> ProductShape.write(out, model))
        .with("Location", ALL + "/" + model.id());
  }

  private Reply read(Call call) {
    ProductModel model = inForce(call.path("id"));
    return Reply.json(200, out -> ProductShape.write(out, model));
  }

  private Reply delete(Call call) {
    registry.deleteProduct(inForce(call.path("id")).id());
    return Reply.noContent();
  }

  private Reply versions(Call call) {
    ProductModel newest = inForce(call.path("id"));
    List<ProductModel> versions =
        IntStream.iterate(newest.version(), v -> v >= 1, v -> v - 1)
            .mapToObj(v -> registry.model(newest.id(), v))
            .flatMap(Optional::stream)
            .toList();
    return Shape.page(new Page<>(versions, Optional.empty()), ProductShape::write);
  }

  private Reply version(Call call) {
    ProductModel newest = inForce(call.path("id"));
    String asked = call.path("version");
    ProductModel model =
        Optional.of(asked)
            .filter(v -> v.matches("[1-9]\\d{0,8}"))
            .flatMap(v -> registry.model(newest.id(), Integer.parseInt(v)))
            .orElseThrow(() -> Problem.notFound("version", asked));
    return Reply.json(200, out -> ProductShape.write(out, model));
  }

  private ProductModel inForce(String id) {
    return registry.model(id).orElseThrow(() -> Problem.notFound("product", id));
  }
}
