using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security;

/// <summary>Checks where the Gateway listens: without authentication on this machine only, and under known host names.</summary>
internal static class NetworkExposure
{
    /// <exception cref="ConfigurationException">It would accept every client of a network, or every web page in their browsers.</exception>
    public static void Check(WebApplicationBuilder builder, string urls, bool authenticated)
    {
        var allowed = builder.Configuration.GetValue<bool>($"{GatewayOptions.Section}:{nameof(GatewayOptions.AllowAnonymous)}");
        if (authenticated && allowed)
        {
            throw new ConfigurationException(
                "Gateway:AllowAnonymous is true, but Gateway:ApiKeys or Gateway:Oidc is set too: leave one of them out.");
        }

        if (authenticated) return;
        var named = !string.IsNullOrWhiteSpace(builder.Configuration["AllowedHosts"]);
        var open = Addresses(builder.Configuration, urls).FirstOrDefault(static address => !IsLocal(address));
        if (open is not null && !allowed)
        {
            throw new ConfigurationException(
                $"The Gateway would listen on {open}, which a network can reach, without authentication. "
                + "Create a key with 'streambert keys new' and set Gateway:ApiKeys (or Gateway:Oidc); or listen on 127.0.0.1; "
                + "or, if something else restricts the access, set Gateway:AllowAnonymous to true.");
        }
        // A web site could let its name resolve to this address (DNS rebinding), and its pages would be accepted.
        if (open is not null && !named)
        {
            throw new ConfigurationException(
                $"Gateway:AllowAnonymous accepts every client that reaches {open}, including web pages whose host name resolves to it "
                    + "(DNS rebinding). "
                + "Set AllowedHosts to the host names of the Gateway, such as 'localhost;127.0.0.1;[::1];gateway'.");
        }

        if (!named)
            builder.Services.Configure<HostFilteringOptions>(static hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
    }

    private static IEnumerable<string> Addresses(IConfiguration configuration, string urls) =>
        configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(static endpoint => endpoint["Url"]).OfType<string>()
            .Concat(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static bool IsLocal(string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(
                $"Gateway:Urls holds '{address}', which is not a URL; an example is {GatewayOptions.DefaultUrls}.",
                e);
        }
        return parsed.IsUnixPipe || parsed.IsNamedPipe || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
