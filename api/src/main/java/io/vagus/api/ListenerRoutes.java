package io.vagus.api;

import io.vagus.model.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** Where devices connect: whoever sets one up needs it. Thread-safe. */
final class ListenerRoutes {
  private static final Set<Transport> ENCRYPTED =
      Set.of(Transport.MQTTS, Transport.WSS, Transport.HTTPS);

  private final Supplier<Listeners> listeners;

  ListenerRoutes(Supplier<Listeners> listeners) {
    this.listeners = listeners;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/listeners", this::list));
  }

  private Reply list(Call call) {
    Listeners now = listeners.get();
    return Reply.json(
        200,
        out -> {
          Shape.items(
              out, "items", new TreeMap<>(now.addresses()).entrySet(), ListenerRoutes::write);
          now.certificate().ifPresent(pem -> out.writeStringProperty("certificate", pem));
        });
  }

  private static void write(JsonGenerator out, Map.Entry<Transport, InetSocketAddress> listener) {
    InetSocketAddress address = listener.getValue();
    out.writeStringProperty("name", listener.getKey().label());
    if (!address.getAddress().isAnyLocalAddress()) {
      out.writeStringProperty("address", address.getAddress().getHostAddress());
    }
    out.writeNumberProperty("port", address.getPort());
    out.writeBooleanProperty("tls", ENCRYPTED.contains(listener.getKey()));
  }
}
