using Microsoft.AspNetCore.Components;

namespace StreamBert.Gateway.Dashboard;

/// <summary>A component that is drawn anew when the session's data has changed: a few times a second at most.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    [Inject] internal DashboardSession Session { get; set; } = null!;

    [CascadingParameter] internal LocalTimes Times { get; set; } = LocalTimes.Utc;

    protected override void OnInitialized() => Session.Changed += Update;

    protected override void OnParametersSet() => Refresh();

    /// <summary>Takes from the session what is to be drawn.</summary>
    protected virtual void Refresh()
    {
    }

    public void Dispose()
    {
        Session.Changed -= Update;
        GC.SuppressFinalize(this);
    }

    private void Update()
    {
        Refresh();
        StateHasChanged();
    }
}
