package io.vagus.registry;

import io.vagus.model.ProductModel;
import io.vagus.registry.Registry.Application;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Products in every version and applications, as one immutable value: what messages are judged by,
 * read without a lock. A deleted product's versions stay, since stored messages name them.
 *
 * @param current the version in force by product
 * @param versions every version, the first one first, by product
 * @param applications by name
 * @param tags which tags devices may have
 */
public record Catalogue(
    Map<String, ProductModel> current,
    Map<String, List<ProductModel>> versions,
    Map<String, Application> applications,
    TagVocabulary tags) {
  public static final Catalogue EMPTY =
      new Catalogue(Map.of(), Map.of(), Map.of(), TagVocabulary.ANY);

  public Catalogue {
    current = Map.copyOf(current);
    versions = Map.copyOf(versions);
    applications = Map.copyOf(applications);
  }

  public Optional<ProductModel> model(String product) {
    return Optional.ofNullable(current.get(product));
  }

  public Optional<ProductModel> model(String product, int version) {
    List<ProductModel> all = versions.getOrDefault(product, List.of());
    return version >= 1 && version <= all.size()
        ? Optional.of(all.get(version - 1))
        : Optional.empty();
  }

  public List<ProductModel> products() {
    return current.values().stream().sorted(Comparator.comparing(ProductModel::id)).toList();
  }

  public List<Application> applicationsByName() {
    return applications.values().stream().sorted(Comparator.comparing(Application::name)).toList();
  }

  /** The model with the number of its product's next version. */
  public ProductModel numbered(ProductModel model) {
    int version = versions.getOrDefault(model.id(), List.of()).size() + 1;
    return new ProductModel(
        model.id(),
        version,
        model.name(),
        model.metrics(),
        model.unknownMetrics(),
        model.cadence(),
        model.maxMessagesPerMinute(),
        model.commands(),
        model.twin());
  }

  /** With this version, a {@link #numbered} one, in force. */
  public Catalogue with(ProductModel model) {
    Map<String, ProductModel> nextCurrent = new HashMap<>(current);
    nextCurrent.put(model.id(), model);
    Map<String, List<ProductModel>> nextVersions = new HashMap<>(versions);
    List<ProductModel> all = new ArrayList<>(versions.getOrDefault(model.id(), List.of()));
    all.add(model);
    nextVersions.put(model.id(), List.copyOf(all));
    return new Catalogue(nextCurrent, nextVersions, applications, tags);
  }

  public Catalogue withoutProduct(String product) {
    Map<String, ProductModel> next = new HashMap<>(current);
    next.remove(product);
    return new Catalogue(next, versions, applications, tags);
  }

  public Catalogue with(Application application) {
    Map<String, Application> next = new HashMap<>(applications);
    next.put(application.name(), application);
    return new Catalogue(current, versions, next, tags);
  }

  public Catalogue with(TagVocabulary vocabulary) {
    return new Catalogue(current, versions, applications, vocabulary);
  }

  public Catalogue withoutApplication(String name) {
    Map<String, Application> next = new HashMap<>(applications);
    next.remove(name);
    return new Catalogue(current, versions, next, tags);
  }
}
