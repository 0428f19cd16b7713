using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using StreamBert.Gateway.Security;

namespace StreamBert.Gateway.Dashboard;

/// <summary>
/// Ends a tab with the credential that opened it: a sign-out elsewhere, a revoked key, an expired session. From then on nothing that the
/// browser sends is taken,
/// the page follows nothing and goes to the sign-in page.
/// </summary>
internal sealed class TabAccess(AuthenticationStateProvider who, CredentialLifetime credentials) : CircuitHandler, IDisposable
{
    private CredentialLifetime.Followed? _credential;

    /// <summary>Cancelled when the credential has ended.</summary>
    public CancellationToken Ended { get; private set; }

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _credential = credentials.Follow((await who.GetAuthenticationStateAsync()).User);
        Ended = _credential.Ended;
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next)
        =>
        activity => Ended.IsCancellationRequested ? Task.CompletedTask : next(activity);

    public void Dispose() => _credential?.Dispose();
}
