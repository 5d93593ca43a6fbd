package io.vagus.trust;

import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What is around the credentials that their audit looks at too.
 *
 * @param plaintext listeners that other machines reach without TLS
 * @param secretFiles files that hold secrets; one that is not there is passed over
 * @param openSettings settings in which a secret stands, where the name of its file could
 * @param certificates PEM files of the server's own certificates; the same
 * @param reported what a device says it is
 */
public record Surroundings(
    List<String> plaintext,
    List<Path> secretFiles,
    List<String> openSettings,
    List<Path> certificates,
    Function<DeviceId, Document> reported) {

  public Surroundings {
    plaintext = List.copyOf(plaintext);
    secretFiles = List.copyOf(secretFiles);
    openSettings = List.copyOf(openSettings);
    certificates = List.copyOf(certificates);
  }

  /** Nothing is known but these listeners. */
  public static Surroundings ofListeners(List<String> plaintext) {
    return new Surroundings(plaintext, List.of(), List.of(), List.of(), device -> Document.EMPTY);
  }
}
