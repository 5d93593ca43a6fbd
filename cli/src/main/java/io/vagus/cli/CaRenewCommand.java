package io.vagus.cli;

import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.OfflineRoot;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vagus ca renew}. */
@Command(
    name = "renew",
    description = {
      "Makes a new issuing authority, and with --new-root-key a new root above it. The old issuer's"
          + " certificates stay good until their end; ./vagus ca status tells how many devices have"
          + " moved. A running server takes the new one after ./vagus ca reload."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  ./vagus ca renew --data /var/lib/vagus --root-key /media/usb/root.p12 && ./vagus ca reload",
      "  ./vagus ca renew --root-key /media/usb/root.p12 --new-root-key /media/usb/root-2.p12"
    })
final class CaRenewCommand implements Callable<Integer> {
  @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: data).")
  Path data = Path.of("data");

  @Option(
      names = "--root-key",
      paramLabel = "FILE",
      required = true,
      description = "The root's key (PKCS #12), brought back for this.")
  @SuppressWarnings("NullAway.Init") // picocli fills it
  Path rootKey;

  @Option(
      names = "--new-root-key",
      paramLabel = "FILE",
      description = "Makes a new root too: where its key goes, under the same passphrase.")
  @Nullable Path newRootKey;

  @Mixin final RootKeyOptions secrets = new RootKeyOptions();

  @Override
  public Integer call() {
    char[] passphrase = secrets.passphrase();
    Path folder = DeviceCertificates.folder(data);
    var now = WallClock.system().now();
    try {
      if (newRootKey == null) {
        System.out.println(
            "issuer " + OfflineRoot.renewIssuer(folder, rootKey, passphrase, secrets.token(), now));
      } else {
        System.out.println(
            "root SHA-256 "
                + OfflineRoot.renewRoot(
                    folder, rootKey, passphrase, newRootKey, secrets.token(), now));
        System.out.println("its key is in " + newRootKey + ": take that file away, and keep both");
      }
      System.out.println("a running server takes it after ./vagus ca reload");
      return 0;
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }
}
