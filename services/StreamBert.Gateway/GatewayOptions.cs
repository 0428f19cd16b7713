using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.Gateway;

/// <summary>The Gateway's settings. Bound from the section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Where the Gateway listens when nothing is configured: this machine only.</summary>
    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>
    /// Addresses to listen on, parted by semicolons. <c>http://*:8080</c> opens it to every network; that needs <see cref="ApiKeys"/> or
    /// <see cref="Oidc"/>.
    /// </summary>
    public string Urls { get; set; } = DefaultUrls;

    /// <summary>
    /// The keys that are let in. Without any, and without <see cref="Oidc"/>, everybody on this machine may do everything.
    /// </summary>
    public IList<ApiKeyOptions> ApiKeys { get; } = [];

    /// <summary>The identity provider whose people and programs are let in.</summary>
    public OidcOptions Oidc { get; set; } = new();

    /// <summary>
    /// Listen on a network without authentication, because something else keeps strangers out; <c>AllowedHosts</c> must then name the
    /// Gateway.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// How long a sign-in lasts after its last use. It ends sooner when the person signs out, or when the key it was made with is revoked.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>People signed in at one time; one more ends the session that was used longest ago.</summary>
    [Range(1, 1_000_000)]
    public int MaxSessions { get; set; } = 10_000;

    /// <summary>How fast one actor may ask.</summary>
    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <summary>
    /// Connections open at one time. One more takes the place of the one that has been idle longest; if none is idle, it is answered health
    /// checks only.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Connections of one address (of IPv6: of one /64 network) open at one time; more are closed at once. A proxy is one address.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 2_000;

    /// <summary>How long a connection may be idle while more than four fifths of <see cref="MaxConnections"/> are open.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HighLoadIdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take to send the headers of a request.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest request body in bytes.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxBodyBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// Memory that the bodies of all requests under way may hold; a byte counts six times, and the first 16 KiB of each body are free. More
    /// is answered 429.
    /// </summary>
    [Range(1024 * 1024, 1L << 40)]
    public long MaxTotalBodyBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Most texts or verdicts in one request.</summary>
    [Range(1, 1_000_000)]
    public int MaxItemsPerRequest { get; set; } = 5_000;

    /// <summary>How long <c>classify</c> waits when the request sets no deadline.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ClassifyDeadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest deadline a request may set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan MaxClassifyDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most texts in one request of <c>/predict</c> or <c>/v2/models/…/infer</c>.</summary>
    [Range(1, 10_000)]
    public int MaxClassifyTexts { get; set; } = 32;

    /// <summary>How clients of other servers are answered.</summary>
    public CompatibilityOptions Compatibility { get; set; } = new();

    /// <summary>Texts whose answer is awaited at one time; more are answered 429.</summary>
    [Range(1, 1_000_000)]
    public int MaxPendingClassifications { get; set; } = 512;

    /// <summary>Memory that the texts and answers awaited at one time may take, about; more are answered 429.</summary>
    [Range(1024 * 1024, 1L << 40)]
    public long MaxPendingBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Explanations awaited at one time; each worker computes one after the other. More are answered 429.</summary>
    [Range(1, 10_000)]
    public int MaxPendingExplanations { get; set; } = 8;

    /// <summary>
    /// Requests under <c>/v1</c> handled at one time, event streams and what reads whole topics not counted; more are answered 429.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequests { get; set; } = 1_024;

    /// <summary>Of those, requests of one key, person or, of nobody known, address; more are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequestsPerActor { get; set; } = 512;

    /// <summary>
    /// Requests that read whole topics (verify, audit, topics, proofs of erasures, metrics …) handled at one time; more are answered 429.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxCostlyRequests { get; set; } = 8;

    /// <summary>Event streams open at one time; more are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 200;

    /// <summary>Event streams that one key, person or, of nobody known, address may have open at one time; more are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerActor { get; set; } = 50;

    /// <summary>Tabs of the dashboard open at one time; more are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxTabs { get; set; } = 500;

    /// <summary>
    /// Tabs of the dashboard that one key, person or, of nobody known, address may have open at one time; more are answered 429.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxTabsPerActor { get; set; } = 50;

    /// <summary>Silence after which an event stream gets a comment, so that proxies keep it open.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan StreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
