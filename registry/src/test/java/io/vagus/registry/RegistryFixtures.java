package io.vagus.registry;

import io.vagus.model.ProductModel;
import java.util.Map;
import java.util.Optional;

/** What tests of several packages start from. */
public final class RegistryFixtures {
  private RegistryFixtures() {}

  /** A model that takes anything. */
  public static ProductModel model(String id) {
    return new ProductModel(id, 1, id, Map.of(), Optional.empty(), Optional.empty(), 0);
  }
}
