using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Streaming.State.Queries;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Gateway.Alerts;

public sealed class OlderAlertsTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void An_update_of_an_alert_that_a_full_page_has_removed_belongs_to_the_next_page()
    {
        var updated = Some.Alert("a0", minute: 0);
        List<string> ids = [];
        for (StateCursor? before = new(double.MaxValue, ""); before is not null;)
        {
            // Four of the alerts fill a page.
            var page = new OlderAlerts(AlertFilter.All, limit: 100, before);
            for (var number = 0; number < 8; number++)
                page.Add(Some.Alert($"a{number}", minute: number), Megabyte);
            page.Add(updated with { Message = "updated" }, bytes: 10);

            var read = page.ToPage();

            ids.AddRange(read.Select(static alert => alert.Raised.Id));
            before = read.Next;
        }

        Assert.Equal(["a7", "a6", "a5", "a4", "a3", "a2", "a1", "a0"], ids);
    }
}
