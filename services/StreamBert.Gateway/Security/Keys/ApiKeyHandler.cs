using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Security.Authentication;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>Authenticates an API key in <c>Authorization: Bearer</c> or <c>X-Api-Key</c>.</summary>
internal sealed class ApiKeyHandler(
    ApiKeys keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticationSchemeNames.GetCredentials(Request) switch
        {
            null or "" => AuthenticateResult.Fail("The Authorization header does not have the form 'Bearer KEY'."),
            var key when keys.Find(key) is { } holder => AuthenticateResult.Success(new(holder, Scheme.Name)),
            _ => AuthenticateResult.Fail("The API key is unknown: it is misspelt, or it was removed from Gateway:ApiKeys."),
        });
}
