using Microsoft.AspNetCore.Components;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>A component that renders again whenever the data of the session has changed.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    [Inject]
    internal DashboardSession Session { get; set; } = null!;

    [CascadingParameter]
    internal LocalTimeFormat Times { get; set; } = LocalTimeFormat.Utc;

    protected override void OnInitialized() => Session.Changed += Update;

    protected override void OnParametersSet() => Refresh();

    /// <summary>Copies from the session what the component renders.</summary>
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
