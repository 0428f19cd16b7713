using System.Text.RegularExpressions;

namespace StreamBert.Streaming.Settings;

/// <summary>Decides what of a setting may be shown: rather too little than a secret.</summary>
internal static partial class SettingMask
{
    /// <summary>Returns the value; of an address only scheme and host; null for what is or may contain a secret.</summary>
    public static string? Show(string key, string value)
    {
        var name = key[(key.LastIndexOf(':') + 1)..].Replace(".", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (SecretName().IsMatch(name) || SecretValue().IsMatch(value) || key.Contains(":Headers:", StringComparison.OrdinalIgnoreCase))
            return null;
        return Address().Replace(value, static address =>
            $"{address.Groups["scheme"].Value}{address.Groups["host"].Value}{(address.Groups["rest"].Length > 1 ? "/…" : "")}");
    }

    [GeneratedRegex(
        "^keyhash$|^pass$|(key|password|passphrase|secret|keypem|token|credentials?|jaasconfig|userinfo|signature|headers)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("password\\s*=|secret\\s*=|accesskey\\s*=|token\\s*=|-----BEGIN|^sb_|://[^\\s;,]*/[^\\s;,]*@", RegexOptions.IgnoreCase)]
    private static partial Regex SecretValue();

    /// <summary>Matches an address; credentials before its host are part of what is left out.</summary>
    [GeneratedRegex(@"(?<scheme>[a-z][a-z0-9+.-]*://)([^/@\s]*@)?(?<host>[^/;,\s?#]+)(?<rest>[/?#][^;,\s]*)?", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
