package io.vagus.wire;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Fields by pointer as the tree of objects that they are. */
final class Branch {
  private final Map<String, Object> members = new TreeMap<>(); // a Branch, or JSON text

  /** A pointer above another gives way to it. */
  Branch(SortedMap<String, String> fields) {
    fields.forEach((pointer, json) -> add(pointer, json));
  }

  private Branch() {}

  private void add(String pointer, String json) {
    Branch at = this;
    int from = 1;
    for (int i = pointer.indexOf('/', 1); i > 0; i = pointer.indexOf('/', from)) {
      at = at.inner(name(pointer.substring(from, i)));
      from = i + 1;
    }
    at.members.putIfAbsent(name(pointer.substring(from)), json);
  }

  private Branch inner(String name) {
    if (members.get(name) instanceof Branch branch) {
      return branch;
    }
    Branch branch = new Branch();
    members.put(name, branch);
    return branch;
  }

  /** RFC 6901 §4. */
  private static String name(String token) {
    return token.indexOf('~') < 0 ? token : token.replace("~1", "/").replace("~0", "~");
  }

  void write(JsonGenerator out) {
    out.writeStartObject();
    members.forEach((name, member) -> {
      out.writeName(name);
      if (member instanceof Branch branch) {
        branch.write(out);
      } else {
        out.writeRawValue((String) member);
      }
    });
    out.writeEndObject();
  }
}
