using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Security.Sessions;

/// <summary>Holds the sign-in of a person.</summary>
/// <param name="Subject">The id of the person at the identity provider (<c>sub</c>); null for a sign-in with a key.</param>
/// <param name="ProviderSession">The id of the session at the identity provider (<c>sid</c>), if it has one.</param>
internal sealed record Session(string Id, string? Subject, string? ProviderSession)
{
    private long _lastUsed;

    public required CancellationTokenSource End { get; init; }

    /// <summary>The timestamp of the last use.</summary>
    public long LastUsed { get => Volatile.Read(ref _lastUsed); set => Volatile.Write(ref _lastUsed, value); }
}
