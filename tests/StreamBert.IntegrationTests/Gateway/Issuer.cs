using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// An identity provider on this machine: discovery, keys, and the code flow with PKCE for one person, who always consents.
/// </summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string ClientId = "streambert-dashboard";
    public const string ClientSecret = "the-client's-own-secret";
    public const string Audience = "streambert-api";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "test" };
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce)> _codes = [];
    private readonly WebApplication _app;

    private Issuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>The roles of the person who signs in.</summary>
    public string[] Roles { get; set; } = ["read"];

    public static async Task<Issuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new Issuer(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", issuer.Discovery);
        issuer._app.MapGet("/keys", issuer.Keys);
        issuer._app.MapGet("/authorize", issuer.Authorize);
        issuer._app.MapPost("/token", (Delegate)issuer.TokenAsync);
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>The session of the person here, as the provider names it.</summary>
    public const string Session = "session-1";

    /// <summary>Tells a client that a session has ended (OpenID Connect Back-Channel Logout 1.0).</summary>
    public string LogoutToken(
        string? session = Session,
        string? subject = "4711",
        string? nonce = null,
        string? @event = "http://schemas.openid.net/event/backchannel-logout")
    {
        var claims = new Dictionary<string, object>
        {
            ["events"] = new Dictionary<string, object> { [@event ?? "other"] = new Dictionary<string, object>() },
            ["jti"] = Guid.NewGuid().ToString()
        };
        foreach (var (name, value) in new[] { ("sid", session), ("sub", subject), ("nonce", nonce) })
            if (value is not null) claims[name] = value;
        return Signed(ClientId, claims);
    }

    private string Signed(string audience, Dictionary<string, object> claims) => new JsonWebTokenHandler().CreateToken(
        new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = audience,
            Claims = claims,
            SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256)
        });

    /// <summary>A token as the issuer makes it, but for what a test changes.</summary>
    public string Token(
        string audience = Audience,
        TimeSpan? age = null,
        SecurityKey? key = null,
        string? nonce = null,
        string? issuer = null) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
        .CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            IssuedAt = TimeProvider.System.GetUtcNow().UtcDateTime - (age ?? TimeSpan.Zero),
            NotBefore = TimeProvider.System.GetUtcNow().UtcDateTime - (age ?? TimeSpan.Zero),
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime - (age ?? TimeSpan.Zero) + TimeSpan.FromMinutes(10),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "4711",
                ["preferred_username"] = "anna",
                ["roles"] = Roles,
                ["nonce"] = nonce ?? "",
                ["sid"] = Session
            },
            SigningCredentials = new(key ?? _key, SecurityAlgorithms.RsaSha256),
        });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Discovery() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Address,
        ["jwks_uri"] = $"{Address}/keys",
        ["authorization_endpoint"] = $"{Address}/authorize",
        ["token_endpoint"] = $"{Address}/token",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
    });

    private IResult Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new(_key.Rsa.ExportParameters(false)) { KeyId = _key.KeyId });
        return Results.Json(
            new { keys = new[] { new { kty = key.Kty, use = "sig", kid = key.Kid, n = key.N, e = key.E, alg = "RS256" } } });
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256")
        {
            return Results
            .BadRequest("not a code flow with PKCE");
        }

        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["code_challenge"]!, query["nonce"]!);
        return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        return form["client_secret"] == ClientSecret && _codes.TryRemove(form["code"]!, out var asked)
            && Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!))) == asked.Challenge
            ? Results.Json(new { access_token = "none", token_type = "Bearer", id_token = Token(ClientId, nonce: asked.Nonce) })
            : Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
    }
}
