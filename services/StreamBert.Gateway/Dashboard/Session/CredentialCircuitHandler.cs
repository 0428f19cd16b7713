using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using StreamBert.Gateway.Security.Sessions;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>
/// Ends a browser tab together with the credential that opened it: after a sign-out elsewhere, a revoked key or an expired session. The
/// circuit then ignores everything that the browser sends, and the page stops updating and opens the sign-in page.
/// </summary>
internal sealed class CredentialCircuitHandler(AuthenticationStateProvider authentication, CredentialLifetime credentials)
    : CircuitHandler, IDisposable
{
    private CredentialLifetime.CredentialWatch? _credential;

    /// <summary>Cancelled when the credential ends.</summary>
    public CancellationToken CredentialEnded { get; private set; }

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _credential = credentials.Watch((await authentication.GetAuthenticationStateAsync()).User);
        CredentialEnded = _credential.Ended;
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) =>
        activity => CredentialEnded.IsCancellationRequested ? Task.CompletedTask : next(activity);

    public void Dispose() => _credential?.Dispose();
}
