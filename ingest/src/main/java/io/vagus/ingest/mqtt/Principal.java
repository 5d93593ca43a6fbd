package io.vagus.ingest.mqtt;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Registry.Grant;
import java.util.Optional;

/** Who is connected, and which topics that opens. Immutable; default is nothing. */
sealed interface Principal {

  /** Sessions belong to a name: no other can take them over. */
  String name();

  boolean maySubscribe(String topicFilter);

  /** Whether plain publishing to the topic is allowed; device topics are not decided here. */
  boolean mayPublish(String topic);

  /** Where this client may receive responses (MQTT 5.0 §3.2.2.3.15). */
  default Optional<String> responseInformation(String clientId) {
    return Optional.empty();
  }

  /** Open mode: everything. */
  record Anonymous() implements Principal {
    @Override
    public String name() {
      return "";
    }

    @Override
    public boolean maySubscribe(String topicFilter) {
      return true;
    }

    @Override
    public boolean mayPublish(String topic) {
      return !topic.startsWith("$SYS");
    }

    @Override
    public Optional<String> responseInformation(String clientId) {
      return Optional.of("response/" + clientId);
    }
  }

  /** A registered device: its own topics. */
  record OfDevice(Device device, String prefix) implements Principal {
    private static final String NAME = "device:";

    OfDevice(Device device) {
      this(device, "v1/" + device.id().value() + "/");
    }

    @Override
    public String name() {
      return NAME + device.id().value();
    }

    /** The device's id, of the {@link #name} of a principal that is one. */
    static Optional<DeviceId> idOf(String name) {
      return name.startsWith(NAME)
          ? Optional.of(new DeviceId(name.substring(NAME.length())))
          : Optional.empty();
    }

    @Override
    public boolean maySubscribe(String topicFilter) {
      return topicFilter.startsWith(prefix);
    }

    /** All that a device may say has its own way. */
    @Override
    public boolean mayPublish(String topic) {
      return false;
    }
  }

  /** An application: what it was granted. */
  record OfApplication(Application application) implements Principal {
    @Override
    public String name() {
      return "application:" + application.name();
    }

    @Override
    public boolean maySubscribe(String topicFilter) {
      for (Grant grant : application.grants()) {
        if (grant.subscribe() && Topics.covers(grant.filter(), topicFilter)) {
          return true;
        }
      }
      return false;
    }

    /** Devices speak for themselves: no grant lets another publish what they publish. */
    @Override
    public boolean mayPublish(String topic) {
      if (topic.startsWith("v1/") || topic.startsWith("$SYS")) {
        return false;
      }
      for (Grant grant : application.grants()) {
        if (grant.publish() && Topics.matches(grant.filter(), topic)) {
          return true;
        }
      }
      return false;
    }
  }
}
