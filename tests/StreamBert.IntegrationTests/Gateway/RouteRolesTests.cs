using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using StreamBert.Privacy.Redaction;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The table of docs/secure-it.md, held against the routes there are and against what each role meets at each of them.</summary>
public sealed partial class RouteRolesTests : IAsyncLifetime
{
    private const string Open = "open";
    private static readonly string[] Roles = ["read", "ingest", "annotate", "operate", "admin"];
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(Keys.NoRedis, [.. Keys.Settings()]);

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public void The_documented_roles_match_the_mapped_routes()
    {
        var (mapped, documented) = (Mapped().ToHashSet(), Documented().ToHashSet());

        Assert.True(
            mapped.SetEquals(documented),
            $"docs/secure-it.md lacks:\n{Lines(mapped.Except(documented))}\nand has too much:\n{Lines(documented.Except(mapped))}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("read")]
    [InlineData("ingest")]
    [InlineData("annotate")]
    [InlineData("operate")]
    [InlineData("admin")]
    public async Task Each_role_is_accepted_on_its_documented_routes_only(string? role)
    {
        var wrong = new List<string>();
        foreach (var route in Documented())
        {
            using var request = Request(route);
            if (role is not null) request.Headers.Add("X-Api-Key", Keys.Of(role));
            using var answer = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            // A page that refuses a link because of its signature was entered.
            var entered = answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                || answer.Content.Headers.ContentType?.MediaType == "text/html";
            var expected = route.Role == Open || role == "admin" || role == route.Role;
            var refusal = role is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;
            if (entered != expected || !entered && (answer.StatusCode != refusal
                || !(await answer.Content.ReadAsStringAsync(Cancellation)).Contains($"'{route.Role}'", StringComparison.Ordinal)))
            {
                wrong.Add($"{route.Method} {route.Pattern} answered {(int)answer.StatusCode} to {role ?? "nobody"}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>A request that comes as far as the route; what it asks for need not make sense.</summary>
    private static HttpRequestMessage Request(DocumentedRoute route)
    {
        var request = new HttpRequestMessage(new(route.Method == "any" ? "POST" : route.Method), Placeholder().Replace(route.Pattern, "1"));
        if (request.Method == HttpMethod.Post) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        return request;
    }

    private IEnumerable<DocumentedRoute> Mapped() => _gateway.Routes.Where(static route => !IsFile(route))
        .SelectMany(static route => Methods(route), static (route, method) =>
            new DocumentedRoute(method, $"/{route.RoutePattern.RawText!.TrimStart('/')}", Role(route)));

    /// <summary>
    /// Scripts, styles and pictures: many, open, and the same for everybody. What lies beside them only in a build's output
    /// (<c>{**path:file}</c>, not there
    /// in a published program) is left to the policy for routes without a role.
    /// </summary>
    private static bool IsFile(
        RouteEndpoint route) => route.RoutePattern.RawText == "{**path:file}"
            || route.Metadata.Any(static item => item.GetType().Name == "StaticAssetDescriptor") && Role(route) == Open;

    private static IEnumerable<string> Methods(
        RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } methods
        ? methods.HttpMethods.Where(method => method != "HEAD" || !methods.HttpMethods.Contains("GET")) // as GET, without the body
        : ["any"];

    private static string Role(RouteEndpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null
        ? Open
        : route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(static data => data.Policy).FirstOrDefault(Roles.Contains)
            ?? "NONE: call RequireRole or OpenToAll where it is mapped";

    private static List<DocumentedRoute> Documented() => [.. File.ReadLines(Docs()).Select(static line => Row().Match(line))
        .Where(static row => row.Success)
        .Select(static row => new DocumentedRoute(row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value))];

    private static string Docs()
    {
        var here = AppContext.BaseDirectory;
        return Path.Combine(
            here[..here.IndexOf($"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}", StringComparison.Ordinal)],
            "docs",
            "secure-it.md");
    }

    [GeneratedRegex(@"^\| (GET|POST|PUT|DELETE|any) \| `([^`]+)` \| (open|read|ingest|annotate|operate|admin) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();

    private static string Lines(IEnumerable<DocumentedRoute> routes)
        => string.Join('\n', routes.Select(static route => $"| {route.Method} | `{route.Pattern}` | {route.Role} |").Order());

    private sealed record DocumentedRoute(string Method, string Pattern, string Role);
}
