using StackExchange.Redis;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.State.Connection;

/// <summary>Translates <see cref="StateOptions"/> into the client's settings.</summary>
internal static class ConnectionSettings
{
    /// <exception cref="ConfigurationException">The certificate authority's file does not exist.</exception>
    public static ConfigurationOptions From(StateOptions options)
    {
        var settings = ConfigurationOptions.Parse(options.ConnectionString);
        settings.AbortOnConnectFail = false;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ConnectTimeout = settings.AsyncTimeout = settings.SyncTimeout = (int)options.Timeout.TotalMilliseconds;
        settings.ClientName ??= "streambert";
        if (!string.IsNullOrEmpty(options.User))
            settings.User = options.User;
        if (!string.IsNullOrEmpty(options.Password))
            settings.Password = options.Password;
        if (!string.IsNullOrEmpty(options.CaCertificate))
            Trust(settings, options.CaCertificate);
        if (!settings.Ssl)
            settings.Tunnel = new ValidatingTunnel();
        return settings;
    }

    private static void Trust(ConfigurationOptions settings, string authority)
    {
        if (!File.Exists(authority))
            throw new ConfigurationException($"Redis:CaCertificate is '{authority}', and there is no such file.");
        settings.Ssl = true;
        settings.TrustIssuer(authority);
    }
}
