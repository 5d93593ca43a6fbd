package io.vagus.server;

import io.vagus.kit.Settings;
import io.vagus.model.Document;
import io.vagus.model.Reported;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.Surroundings;
import io.vagus.twin.ReportedTwins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What of a server the audit of credentials looks at beside its tables. */
final class ServerSurroundings {
  /** What {@code ./vagus config} shows in a secret's place. */
  private static final String HIDDEN = "(hidden)";

  private static final List<String> SECRETS =
      List.of(Server.TOKEN_FILE, "registry.db", "fleet.secrets", "demo.secrets", "tls/server.key");

  private ServerSurroundings() {}

  static Surroundings of(Configuration configuration, DataDirectory data, ReportedTwins reported) {
    return new Surroundings(
        configuration.listen().plaintext(),
        secretFiles(configuration, data),
        configuration.effective().stream()
            .filter(ServerSurroundings::holdsSecret)
            .map(Settings.Effective::key)
            .toList(),
        List.of(
            configuration.tls().isGiven()
                ? configuration.tls().certificate()
                : data.resolve("tls/server.crt")),
        device -> reported.of(device).map(Reported::document).orElse(Document.EMPTY));
  }

  /** In the file of settings or on the command line; an environment is its process's own. */
  private static boolean holdsSecret(Settings.Effective setting) {
    return setting.value().equals(HIDDEN)
        && !setting.origin().equals("default")
        && !setting.origin().startsWith("VAGUS_");
  }

  private static List<Path> secretFiles(Configuration configuration, DataDirectory data) {
    List<Path> files = new ArrayList<>();
    SECRETS.forEach(name -> files.add(data.resolve(name)));
    files.addAll(keys(data));
    for (Path given :
        List.of(
            configuration.tls().key(),
            configuration.oidc().clientSecretFile(),
            configuration.registry().passwordFile())) {
      if (!given.toString().isEmpty()) {
        files.add(given);
      }
    }
    return files;
  }

  /** Of the certificate authority. */
  private static List<Path> keys(DataDirectory data) {
    String folder = data.root().relativize(DeviceCertificates.folder(data.root())).toString();
    return data.files(List.of(folder)).values().stream()
        .filter(file -> file.toString().endsWith(".key"))
        .toList();
  }
}
