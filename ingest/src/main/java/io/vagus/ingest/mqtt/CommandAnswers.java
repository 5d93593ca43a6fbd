package io.vagus.ingest.mqtt;

import io.vagus.ingest.Receipt;
import io.vagus.ingest.WayBack;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hands what a device says of commands on, and acknowledges it once it is durable. */
final class CommandAnswers {
  private final Shared shared;
  private final Client client;

  CommandAnswers(Shared shared, Client client) {
    this.shared = shared;
    this.client = client;
  }

  /** On the client's event loop, where the receipt is told too. */
  void take(
      Route.Back route, String command, WayBack.Answer what, byte[] payload, Receipt receipt) {
    var unused =
        shared
            .parts()
            .wayBack()
            .answered(route.device(), route.gateway(), command, what, payload)
            .whenComplete(
                (refusal, failure) -> client.onEventLoop(() -> settle(receipt, refusal, failure)));
  }

  private static void settle(
      Receipt receipt, @Nullable Optional<WayBack.Refusal> refusal, @Nullable Throwable failure) {
    if (failure != null || refusal == null) {
      receipt.abandoned(); // the device says it again, to whoever serves it next
    } else if (refusal.isPresent()) {
      receipt.deadLettered(0, refusal.get().code(), refusal.get().why());
    } else {
      receipt.durable(0);
    }
  }
}
