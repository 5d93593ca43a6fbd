// Shapes of the API, as openapi.json says them.
export interface Page<T> { items: T[]; next?: string; total?: number }
export interface LedgerLine { received: number; accepted: number; rejected: number; deadLettered: number; duplicate: number; pending: number; difference: number; reasons: Record<string, number>; causes: Record<string, number> }
export interface Ledger { balanced: boolean; total: LedgerLine; listeners: Record<string, LedgerLine> }
export interface Overview {
  time: string;
  devices: { total: number; suspended: number; connected: number; silent: number; neverHeard: number; products: { product: string; total: number; connected: number }[] };
  messages: { perSecond: number; acceptedPerSecond: number; windowSeconds: number };
  latency?: { p50Millis?: number; p95Millis?: number; p99Millis?: number; count: number; late?: number; windowSeconds: number };
  duplicates: { count: number; share: number; causes?: Record<string, number> };
  refusals: { reason: string; count: number }[];
  /** Absent, as latency, for who does not see all devices. */
  ledger?: LedgerLine & { balanced: boolean };
  health: Health;
}
export type Health = 'up' | 'degraded' | 'down';
export interface HealthReport { status: Health; components: Record<string, { state: Health; reason?: string }> }
export interface History { stepSeconds: number; from: string; received: number[]; accepted: number[]; rejected: number[]; deadLettered: number[]; duplicate: number[]; connected: number[] }
export interface LatencyMap { stepSeconds: number; from: string; boundsMillis: number[]; counts: number[][] }
export interface Top { windowSeconds: number; items: { device: string; product: string; count: number; messages: number; perMinute: number; share: number }[] }
export interface Connection { connected: boolean; since: string; transport: string; address: string; keepAliveSeconds?: number }
export interface Place { lat: number; lon: number }
export type Status = 'registered' | 'provisioned' | 'active' | 'suspended' | 'quarantined' | 'in-transfer' | 'returned' | 'retired';
export interface Device { id: string; product: string; name: string; status: Status; tags: Record<string, string>; gateway?: string; location?: Place; group?: string; hardwareRevision?: string; firmwareVersion?: string; carrier?: string; sim?: string; team?: string; site?: string; region?: string; createdAt: string; updatedAt: string; version: number; connection?: Connection; lastSeen?: string }
export interface Cell { lat: number; lon: number; devices: number; connected: number; silent: number; device?: string }
export interface Reading { metric: string; value: number | string | null; time: string; deviceTime: string; receivedTime: string; quality: string[]; unit?: string }
export interface LatestReadings { device: string; now: string; readings: Reading[] }
export interface Point { time: string; min: number | null; max: number | null; mean: number | null; last: number | null; count: number }
export interface Range { from: string; to: string; tier: string; stepSeconds: number; points: Point[] }
export interface Message { id: string; device: string; gateway?: string; sizeBytes: number; why?: string; deviceMessageId?: string; listener: string; outcome: string; reason?: string; cause?: string; duplicateOf?: string; generatedTime?: string; receivedTime?: string; durableTime?: string; processedTime?: string; storedTime?: string }
export interface DeadLetter { id: string; device: string; product: string; modelVersion: number; reason: string; why: string; listener: string; channel: string; contentType: string; receivedTime: string; sizeBytes: number; replayed: boolean; payloadBase64?: string; payloadText?: string }
export interface Duplicate { device: string; id: string; listener?: string; gateway?: string; duplicateOf: string; duplicateOfListener?: string; duplicateOfGateway?: string; duplicateOfTime?: string; cause: string; receivedTime: string }
export interface Gap { device: string; kind: string; from: string; to: string; missing: number }
export interface Refusal { time: string; firstTime: string; count: number; listener: string; reason: string; source?: string; name?: string; detail?: string }
export interface Metric { type?: string; unit?: string; min?: number; max?: number; onViolation?: string }
export interface Product { id: string; version: number; name: string; metrics: Record<string, Metric>; unknownMetrics: string; cadence?: string; maxMessagesPerMinute: number; commands?: Record<string, CommandModel>; twin?: unknown }
export interface Change { sequence: number; time: string; actor: string; subject: string; type: string; body: { changed?: string[] } & Record<string, unknown> }
export interface Session { open: boolean; signedIn: boolean; actor?: string; user?: string; displayName?: string; secondFactor?: boolean; rights?: string[]; everywhere?: string[]; provider?: string }
export interface RoleGrant { role: string; group: string }
export interface User { name: string; displayName: string; disabled: boolean; grants: RoleGrant[]; secondFactor: boolean; subject?: string; createdAt: string; passwordAt?: string; lastUsedAt?: string }
export interface Roles { roles: { role: string; rights: string[] }[]; rights: { right: string; meaning: string }[] }
export interface Token { id: string; name: string; scopes: string[]; group: string; owner?: string; createdAt: string; expiresAt?: string; lastUsedAt?: string }
export interface Certificate { serial: string; device: string; status: 'valid' | 'expired' | 'revoked'; keyKind: string; notBefore: string; notAfter: string; revokedAt?: string; reason?: string; mayRenewUntil?: string }
export interface Listener { name: 'mqtt' | 'mqtts' | 'ws' | 'wss' | 'http' | 'https'; address?: string; port: number; tls: boolean }
export interface Listeners { items: Listener[]; certificate?: string }
export interface Authority { setUp: boolean; valid?: number; issuer?: { subject: string; notAfter: string }; root?: { subject: string; notAfter: string } }
export interface EnrolmentToken { id: string; status: 'open' | 'used' | 'expired' | 'revoked'; batch?: string; device?: string; product?: string; boundToKey: boolean; created: string; expires: string; usedBy?: string; usedAt?: string; revokedAt?: string }
export interface Batch { id: string; product: string; open: boolean; prefix?: string; maxDevices: number; vendorRoot?: string; created: string; closes?: string; members: number; enrolled: number; claims?: Claim[] }
export interface Claim { serial: string; status: 'valid' | 'expired' | 'revoked'; fingerprint: string; notAfter: string; revokedAt?: string; reason?: string }
export interface BatchMember { device: string; serialNumber?: string; enrolledAt?: string; enrolledBy?: string }
export interface GroupQuery { product?: string; status?: string; tags?: Record<string, string>; hardwareRevision?: string; firmwareVersion?: string; carrier?: string; sim?: string; team?: string; site?: string; region?: string }
export interface Group { id: string; parent?: string; name: string; query?: GroupQuery }
export interface CommandModel { arguments?: Record<string, Metric>; required?: string[]; lane?: string; deadline?: string; effect?: { field: string } }
export interface Command { id: string; device: string; name: string; arguments: Record<string, unknown>; lane: string; state: string; issuer: string; createdAt: string; deadline: string; result?: { status: string; code: string; detail: string; output?: unknown }; steps: { state: string; at: string; actor: string; why?: string }[] }
