package io.vagus.client;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Brings products and devices to a server; those that are there stay as they are. Thread-safe. */
public final class Provisioning {
  private static final int BULK = 1000;

  private final ApiClient api;

  public Provisioning(ApiClient api) {
    this.api = api;
  }

  /**
   * Whether it is new.
   *
   * @param model as the API takes it
   */
  public boolean createProduct(String model) {
    try {
      api.post("/api/v1/products", model);
      return true;
    } catch (VagusException e) {
      if (e.code() != ErrorCode.CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Devices that were new.
   *
   * @param secrets by device, of those for which the server was to make one
   */
  public record Created(int count, Map<String, String> secrets) {
    @Override
    public String toString() {
      return "Created[" + count + "]";
    }
  }

  /**
   * Makes those that are not there.
   *
   * @param devices each as the API takes it
   */
  public Created createDevices(List<String> devices) {
    int created = 0;
    Map<String, String> secrets = new HashMap<>();
    for (int from = 0; from < devices.size(); from += BULK) {
      List<String> some = devices.subList(from, Math.min(devices.size(), from + BULK));
      JsonNode answer =
          JsonMapper.shared()
              .readTree(api.post("/api/v1/devices/bulk", "[" + String.join(",", some) + "]"));
      created += answer.path("created").asInt();
      for (JsonNode made : answer.path("secrets")) {
        secrets.put(made.path("id").asString(), made.path("secret").asString());
      }
      for (JsonNode error : answer.path("errors")) {
        if (!error.path("code").asString("").equals(ErrorCode.CONFLICT.code())) {
          throw new VagusException(
              ErrorCode.INVALID_REQUEST,
              error.path("id").asString("a device") + ": " + error.path("detail").asString(""));
        }
      }
    }
    return new Created(created, secrets);
  }
}
