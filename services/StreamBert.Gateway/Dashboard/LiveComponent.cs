using Microsoft.AspNetCore.Components;

namespace StreamBert.Gateway.Dashboard;

/// <summary>A component that is drawn anew when the session's data has changed: a few times a second at most.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    [Inject] internal DashboardSession Session { get; set; } = null!;

    [CascadingParameter] internal LocalTimes Times { get; set; } = LocalTimes.Utc;

    protected override void OnInitialized() => Session.Changed += StateHasChanged;

    public void Dispose()
    {
        Session.Changed -= StateHasChanged;
        GC.SuppressFinalize(this);
    }
}
