using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>One API key for each role.</summary>
internal static class Keys
{
    /// <summary>Nothing listens there: who may enter does not depend on the state store.</summary>
    public const string NoRedis = "127.0.0.1:1";
    private static readonly Dictionary<string, (string Key, ApiKeyOptions Entry)> Made = Roles.All
        .ToDictionary(static role => role, static role => ApiKeys.Create($"{role}-key", [role]));

    public static string Of(string role) => Made[role].Key;

    public static IEnumerable<(string Key, string Value)> Settings() => Made.Values.Index().SelectMany(static key => new[]
    {
        ($"Gateway:ApiKeys:{key.Index}:Name", key.Item.Entry.Name),
        ($"Gateway:ApiKeys:{key.Index}:Roles:0", key.Item.Entry.Roles[0]),
        ($"Gateway:ApiKeys:{key.Index}:KeyHash", key.Item.Entry.KeyHash!),
    });
}
