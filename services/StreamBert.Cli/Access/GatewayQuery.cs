namespace StreamBert.Cli.Access;

/// <summary>Creates paths of the API with their queries.</summary>
internal static class GatewayQuery
{
    /// <summary>Adds the parameters that have a value to a path.</summary>
    public static string Create(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new List<string>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }
}
