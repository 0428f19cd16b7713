using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security;

/// <summary>Where the Gateway may listen: without authentication on this machine only, and under names that are known.</summary>
internal static class NetworkExposure
{
    /// <exception cref="ConfigurationException">It would be open to a network and let in everybody, or everybody's web pages.</exception>
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
        var open = Addresses(builder.Configuration, urls).FirstOrDefault(static address => !IsThisMachine(address));
        if (open is not null && !allowed)
        {
            throw new ConfigurationException(
                $"The Gateway would listen on {open}, open to a network, and let in everybody: no sign-in is configured. "
                + "Make a key with 'streambert keys new' and set Gateway:ApiKeys (or Gateway:Oidc); or listen on 127.0.0.1; "
                + "or, where something else keeps strangers out, set Gateway:AllowAnonymous to true.");
        }
        // A site whose name is made to point here would otherwise be let in like whoever may reach this address (DNS rebinding).
        if (open is not null && !named)
        {
            throw new ConfigurationException(
                $"Gateway:AllowAnonymous lets in everybody who reaches {open}, and so any web page that a browser there shows, under a name made to point at it. "
                + "Set AllowedHosts to the names the Gateway is asked by, such as 'localhost;127.0.0.1;[::1];gateway'.");
        }

        if (!named)
            builder.Services.Configure<HostFilteringOptions>(static hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
    }

    private static IEnumerable<string> Addresses(IConfiguration configuration, string urls) =>
        configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(static endpoint => endpoint["Url"]).OfType<string>()
            .Concat(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static bool IsThisMachine(string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(
                $"Gateway:Urls holds '{address}', which is no address; give one such as {GatewayOptions.DefaultUrls}.",
                e);
        }
        return parsed.IsUnixPipe || parsed.IsNamedPipe || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
