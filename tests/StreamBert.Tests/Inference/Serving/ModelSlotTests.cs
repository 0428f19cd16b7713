using StreamBert.Inference.Serving;

namespace StreamBert.Tests.Inference.Serving;

public sealed class ModelSlotTests
{
    private readonly List<string> _unloaded = [];

    [Fact]
    public void A_swap_serves_new_leases_and_unloads_the_old_version_after_its_last_lease()
    {
        using var slot = new ModelSlot(Model("v1"));
        var first = slot.Acquire();
        var second = slot.Acquire();

        slot.Swap(Model("v2"));

        using var third = slot.Acquire();
        Assert.Equal(("v1", "v1", "v2", "v2"), (first.Model.Version, second.Model.Version, third.Model.Version, slot.Version));
        first.Dispose();
        Assert.Empty(_unloaded);
        second.Dispose();
        Assert.Equal(["v1"], _unloaded);
    }

    [Fact]
    public void A_version_without_leases_is_unloaded_by_the_swap()
    {
        using var slot = new ModelSlot(Model("v1"));

        slot.Swap(Model("v2"));

        Assert.Equal(["v1"], _unloaded);
    }

    [Fact]
    public void A_lease_ends_once_and_cannot_be_used_after()
    {
        using var slot = new ModelSlot(Model("v1"));
        using var other = slot.Acquire();
        var lease = slot.Acquire();
        lease.Dispose();
        lease.Dispose();
        slot.Swap(Model("v2"));

        Assert.Empty(_unloaded);
        Assert.Throws<ObjectDisposedException>(() => lease.Model);
    }

    [Fact]
    public void A_disposed_slot_unloads_its_model_and_grants_no_more_leases()
    {
        var slot = new ModelSlot(Model("v1"));
        slot.Dispose();

        Assert.Equal(["v1"], _unloaded);
        Assert.Throws<ObjectDisposedException>(() => slot.Acquire());
    }

    [Fact]
    public async Task Under_load_no_lease_ever_sees_an_unloaded_model()
    {
        const int Versions = 200;
        var alive = new bool[Versions];
        ServedModel Tracked(int i)
        {
            alive[i] = true;
            return TestModels.Counting($"{i}", before: _ => Assert.True(alive[i]), unload: () => alive[i] = false);
        }
        var slot = new ModelSlot(Tracked(0));
        using var done = new CancellationTokenSource();
        var users = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                using var lease = slot.Acquire();
                lease.Model.Probe();
            }
        })).ToArray();

        for (var i = 1; i < Versions; i++)
        {
            slot.Swap(Tracked(i));
            await Task.Yield();
        }
        await done.CancelAsync();
        await Task.WhenAll(users);
        slot.Dispose();

        Assert.DoesNotContain(true, alive);
    }

    private ServedModel Model(string version) => TestModels.Counting(version, unload: () => _unloaded.Add(version));
}
