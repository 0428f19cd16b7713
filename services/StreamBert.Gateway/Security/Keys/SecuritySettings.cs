using StreamBert.Gateway.Security.Authentication;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>Reads API keys and the identity provider from the configuration.</summary>
internal static class SecuritySettings
{
    internal static (ApiKeys Keys, OidcOptions Oidc) Read(IConfiguration configuration)
        => (new(ReadKeys(configuration)), Bound<OidcOptions>(configuration, nameof(GatewayOptions.Oidc)) ?? new());

    /// <summary>Whether somebody has to say who they are.</summary>
    internal static bool Authenticates(IConfiguration configuration)
        => Read(configuration) is var (keys, oidc) && (!keys.IsEmpty || oidc.IsConfigured);

    /// <exception cref="ConfigurationException">The section holds what is no setting of a key.</exception>
    internal static List<ApiKeyOptions> ReadKeys(IConfiguration configuration)
        => Bound<List<ApiKeyOptions>>(configuration, nameof(GatewayOptions.ApiKeys)) ?? [];

    private static T? Bound<T>(IConfiguration configuration, string section)
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
