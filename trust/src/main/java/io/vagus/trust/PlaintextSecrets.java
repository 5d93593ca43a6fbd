package io.vagus.trust;

import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where secrets stand that anybody reads who reads a list: in files that are open to all users of
 * the machine, and in tags, names and twins. It is told where, never what.
 */
final class PlaintextSecrets {
  private static final int PAGE = 1000;
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  /** A name, its words parted, that says what it holds. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i)(^|.*[^a-z0-9])(password|passwd|pwd|passphrase|psk|secret|api[^a-z0-9]?key"
              + "|private[^a-z0-9]?key|auth[^a-z0-9]?key|token|credentials?)([^a-z0-9].*|$)");

  /** A value that says what it is: a private key, a URL with a password. */
  private static final Pattern VALUE =
      Pattern.compile("(?s).*(-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\\s:@]+:[^/\\s@]+@).*");

  /**
   * One place.
   *
   * @param subject such as {@code device:pump-7}
   * @param where such as {@code tag wifi-password}
   */
  record Place(String subject, String where) {}

  private PlaintextSecrets() {}

  /** At most so many. */
  static List<Place> in(Registry registry, Function<DeviceId, Document> reported, int most) {
    List<Place> found = new ArrayList<>();
    for (ProductModel product : registry.products()) {
      pointers(product.twin().defaults())
          .forEach(p -> found.add(new Place("product:" + product.id(), "template " + p)));
    }
    desired(registry, found, most);
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = registry.devices(DeviceFilter.ALL, cursor, PAGE);
      page.items().forEach(device -> look(device, reported.apply(device.id()), found));
      cursor = page.next();
    } while (cursor.isPresent() && found.size() < most);
    return found.stream().limit(most).toList();
  }

  private static void desired(Registry registry, List<Place> found, int most) {
    Optional<DeviceId> last = Optional.empty();
    List<Desired> page;
    do {
      page = registry.desired().page(last, PAGE);
      for (Desired desired : page) {
        pointers(desired.document())
            .forEach(p -> found.add(new Place("device:" + desired.device(), "desired " + p)));
      }
      last = page.isEmpty() ? Optional.empty() : Optional.of(page.getLast().device());
    } while (page.size() == PAGE && found.size() < most);
  }

  private static void look(Device device, Document reported, List<Place> found) {
    String subject = "device:" + device.id();
    for (Map.Entry<String, String> tag : new TreeMap<>(device.tags()).entrySet()) {
      if (isSecret(tag.getKey(), tag.getValue())) {
        found.add(new Place(subject, "tag " + tag.getKey()));
      }
    }
    if (VALUE.matcher(device.name()).matches()) {
      found.add(new Place(subject, "its name"));
    }
    pointers(reported).forEach(p -> found.add(new Place(subject, "reported " + p)));
  }

  /** Of texts: a number or a truth is none. */
  private static Stream<String> pointers(Document document) {
    return document.fields().entrySet().stream()
        .filter(field -> field.getValue().startsWith("\"") && field.getValue().length() > 2)
        .filter(field ->
            isSecret(
                field.getKey().substring(field.getKey().lastIndexOf('/') + 1), field.getValue()))
        .map(Map.Entry::getKey);
  }

  static boolean isSecret(String name, String value) {
    boolean named = NAME.matcher(HUMP.matcher(name).replaceAll("-")).matches();
    return (named && !value.isEmpty()) || VALUE.matcher(value).matches();
  }

  /** Those that every user of the machine can read. */
  static List<Path> open(List<Path> files) {
    return files.stream().filter(PlaintextSecrets::isOpen).toList();
  }

  /** By its own permissions and those of the folders on the way to it. */
  private static boolean isOpen(Path file) {
    try {
      Path real = file.toRealPath();
      if (!has(real, PosixFilePermission.OTHERS_READ)) {
        return false;
      }
      for (Path folder = real.getParent(); folder != null; folder = folder.getParent()) {
        if (!has(folder, PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException | UnsupportedOperationException e) {
      return false; // not there, or no such permissions here
    } catch (IOException e) {
      throw new UncheckedIOException("permissions of " + file, e);
    }
  }

  private static boolean has(Path path, PosixFilePermission permission) throws IOException {
    Set<PosixFilePermission> all = Files.getPosixFilePermissions(path);
    return all.contains(permission);
  }
}
