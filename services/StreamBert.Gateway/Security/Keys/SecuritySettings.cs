using StreamBert.Gateway.Security.Authentication;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>Reads API keys and the identity provider from the configuration.</summary>
internal static class SecuritySettings
{
    internal static (ApiKeys Keys, OidcOptions Oidc) Read(IConfiguration configuration)
        => (new(ReadKeys(configuration)), Bind<OidcOptions>(configuration, nameof(GatewayOptions.Oidc)) ?? new());

    /// <summary>Whether clients must authenticate.</summary>
    internal static bool RequiresAuthentication(IConfiguration configuration)
        => Read(configuration) is var (keys, oidc) && (!keys.IsEmpty || oidc.IsConfigured);

    /// <exception cref="ConfigurationException">The section has an unknown setting.</exception>
    internal static List<ApiKeyOptions> ReadKeys(IConfiguration configuration)
        => Bind<List<ApiKeyOptions>>(configuration, nameof(GatewayOptions.ApiKeys)) ?? [];

    private static T? Bind<T>(IConfiguration configuration, string section)
    {
        try
        {
            return configuration.GetSection($"{GatewayOptions.Section}:{section}")
                .Get<T>(static binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException($"{GatewayOptions.Section}:{section} cannot be read: {e.Message}", e);
        }
    }
}
