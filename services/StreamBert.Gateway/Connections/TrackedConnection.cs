using Microsoft.AspNetCore.Connections;

namespace StreamBert.Gateway.Connections;

/// <summary>
/// A connection as <see cref="ConnectionLimiter"/> keeps it; a feature of the connection, so that requests find it. Its state is guarded by
/// the gate.
/// </summary>
internal sealed class TrackedConnection
{
    private readonly ConnectionContext _connection;

    public TrackedConnection(ConnectionContext connection)
    {
        _connection = connection;
        Address = ClientAddress.Of((connection.RemoteEndPoint as System.Net.IPEndPoint)?.Address);
        (Place, PlaceOfAddress) = (new(this), new(this));
    }

    public string Address { get; }

    /// <summary>Where it stands among all idle connections, or among those in the lane.</summary>
    public LinkedListNode<TrackedConnection> Place { get; }

    /// <summary>Where it stands among the idle connections of its address.</summary>
    public LinkedListNode<TrackedConnection> PlaceOfAddress { get; }

    /// <summary>Requests being answered; on HTTP/2 there may be several.</summary>
    public int Requests { get; set; }

    /// <summary>Since when it has had none: a timestamp of the clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>It is counted; false once another has taken its place and it is being closed.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>It came when all places were taken, and is answered health checks only.</summary>
    public bool IsInLane { get; set; }

    public void Close(string why) => _connection.Abort(new ConnectionAbortedException(why));
}
