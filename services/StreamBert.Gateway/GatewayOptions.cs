using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.Gateway;

/// <summary>Configures the Gateway. Bound from the section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "Gateway";

    /// <summary>The default address: this machine only.</summary>
    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>
    /// The addresses to listen on, separated by semicolons; default <c>http://127.0.0.1:8080</c>. <c>http://*:8080</c> listens on every
    /// network and requires
    /// <see cref="ApiKeys"/> or <see cref="Oidc"/>.
    /// </summary>
    public string Urls { get; set; } = DefaultUrls;

    /// <summary>The API keys; default none. Without keys and without <see cref="Oidc"/>, everybody on this machine has all roles.</summary>
    public IList<ApiKeyOptions> ApiKeys { get; } = [];

    /// <summary>The identity provider; default none.</summary>
    public OidcOptions Oidc { get; set; } = new();

    /// <summary>
    /// Whether the Gateway listens on a network without authentication, because something else restricts the access; default false.
    /// <c>AllowedHosts</c> must then
    /// name the hosts of the Gateway.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// The time after its last use at which a sign-in expires, 1 minute to 30 days; default 12 hours. A sign-out or a revoked key ends it
    /// sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>The maximum number of sign-ins; default 10,000. One more ends the sign-in that was used least recently.</summary>
    [Range(1, 1_000_000)]
    public int MaxSessions { get; set; } = 10_000;

    /// <summary>The request rate of each actor.</summary>
    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <summary>
    /// The maximum number of open connections; default 10,000. One more replaces the connection that has been idle longest; if none is
    /// idle, only health checks are
    /// served on it.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// The maximum number of open connections of one address (for IPv6 of one /64 network); default 2,000. A proxy is one address.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 2_000;

    /// <summary>
    /// The time after which an idle connection is closed while more than four fifths of <see cref="MaxConnections"/> are open, 1 second
    /// to 10 minutes; default
    /// 30 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HighLoadIdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The time in which a client must send the headers of a request, 1 second to 5 minutes; default 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The maximum size of a request body in bytes, 1 KiB to 1 GiB; default 8 MiB.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxBodyBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// The memory in bytes that the bodies of all running requests may take; default 512 MiB. A byte counts six times, and the first 16
    /// KiB of each body are free.
    /// Requests beyond it are answered 429.
    /// </summary>
    [Range(1024 * 1024, 1L << 40)]
    public long MaxTotalBodyBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>The maximum number of texts, or of feedback, in one request; default 5,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxItemsPerRequest { get; set; } = 5_000;

    /// <summary>The time that <c>classify</c> waits if the request has no deadline, 50 ms to 1 minute; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ClassifyDeadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time that a request for training, a promotion, a rollback or a pin waits for the trainer's decision, 50 ms to 1 minute; default
    /// 5 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ModelRequestDeadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The time that a preview of rules may take, 1 second to 4 minutes; default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:04:00")]
    public TimeSpan RulesPreviewDeadline { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest deadline that a request may have, 50 ms to 5 minutes; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan MaxClassifyDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The maximum number of texts in one request of <c>/predict</c>, <c>/tokenize</c> or <c>/v2/models/…/infer</c>; default 32.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxClassifyTexts { get; set; } = 32;

    /// <summary>The settings of the routes that are compatible with other servers.</summary>
    public CompatibilityOptions Compatibility { get; set; } = new();

    /// <summary>
    /// The maximum number of interactive texts that wait for their responses; default 512. Requests beyond it are answered 429.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxPendingClassifications { get; set; } = 512;

    /// <summary>
    /// The memory in bytes that pending interactive texts and their responses may take; default 64 MiB. Requests beyond it are answered
    /// 429.
    /// </summary>
    [Range(1024 * 1024, 1L << 40)]
    public long MaxPendingBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// The maximum number of pending explanations; default 8. Each worker computes one at a time. Requests beyond it are answered 429.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxPendingExplanations { get; set; } = 8;

    /// <summary>
    /// The maximum number of concurrent requests under <c>/v1</c>, without event streams and requests that read whole topics; default
    /// 1,024. Requests beyond it are
    /// answered 429.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequests { get; set; } = 1_024;

    /// <summary>
    /// The maximum number of those of one key, person or, without authentication, address; default 512. Requests beyond it are answered
    /// 429.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequestsPerActor { get; set; } = 512;

    /// <summary>
    /// The maximum number of concurrent requests that read whole topics (verify, audit, topics, proofs of erasures, metrics); default 8.
    /// Requests beyond it are
    /// answered 429.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxCostlyRequests { get; set; } = 8;

    /// <summary>The maximum number of open event streams; default 200. Requests beyond it are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 200;

    /// <summary>
    /// The maximum number of event streams of one key, person or, without authentication, address; default 50. Requests beyond it are
    /// answered 429.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerActor { get; set; } = 50;

    /// <summary>The maximum number of open dashboard tabs; default 500. Requests beyond it are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxTabs { get; set; } = 500;

    /// <summary>
    /// The maximum number of dashboard tabs of one key, person or, without authentication, address; default 50. Requests beyond it are
    /// answered 429.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxTabsPerActor { get; set; } = 50;

    /// <summary>
    /// The interval of comments on an event stream without events, which keep proxies from closing it, 1 second to 5 minutes; default 15
    /// seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan StreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
