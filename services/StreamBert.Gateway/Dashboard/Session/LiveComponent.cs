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

    public virtual void Dispose()
    {
        Session.Changed -= Update;
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins work that nobody awaits; a failure that it does not handle ends the circuit as one of an event would.</summary>
    protected void Begin(Func<Task> work) => _ = InvokeAsync(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            await DispatchExceptionAsync(failure);
        }
    });

    private void Update()
    {
        Refresh();
        StateHasChanged();
    }
}
