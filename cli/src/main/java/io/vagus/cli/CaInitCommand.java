package io.vagus.cli;

import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.KeyKind;
import io.vagus.trust.OfflineRoot;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vagus ca init}. */
@Command(
    name = "init",
    description = {
      "Makes the authority, once: a root whose key goes to a file that you take away, and an"
          + " issuing authority in the data folder. A running server uses it after a restart."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The passphrase is asked for, or read from --passphrase-file. Without the root's key a lost or"
          + " stolen issuing authority cannot be replaced: keep file and passphrase apart and safe.",
      "",
      "Example:",
      "  ./vagus ca init --data /var/lib/vagus --root-key /media/usb/root.p12"
    })
final class CaInitCommand implements Callable<Integer> {
  @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: data).")
  Path data = Path.of("data");

  @Option(
      names = "--root-key",
      paramLabel = "FILE",
      required = true,
      description = "Where the root's key goes (PKCS #12); must not exist.")
  @SuppressWarnings("NullAway.Init") // picocli fills it
  Path rootKey;

  @Mixin final RootKeyOptions secrets = new RootKeyOptions();

  @Option(names = "--key", description = "p256 or ed25519 (default: p256).")
  KeyKind kind = KeyKind.P256;

  @Override
  public Integer call() {
    char[] passphrase = secrets.newPassphrase();
    try {
      String fingerprint =
          OfflineRoot.create(
              DeviceCertificates.folder(data),
              rootKey,
              passphrase,
              kind,
              secrets.token(),
              WallClock.system().now());
      System.out.println("root SHA-256 " + fingerprint);
      System.out.println("its key is in " + rootKey + ": take that file away from this machine");
      return 0;
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }
}
