package io.vagus.rule.engine;

import io.vagus.model.ProductModel;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The products' models as they are in force, by id. Immutable. */
public record Products(Map<String, ProductModel> byId) {

  public Products {
    byId = Map.copyOf(byId);
  }

  Optional<ProductModel> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Collection<ProductModel> all() {
    return byId.values();
  }
}
