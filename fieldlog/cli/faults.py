"""What the operating system says, in the users' language."""

import errno
from typing import Final

_WORDS: Final = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EIO: "磁盘读写出错",
    errno.ENODEV: "磁盘已拔出",
    errno.ENAMETOOLONG: "名称太长",
    errno.EEXIST: "已经有同名的文件",
    errno.EMFILE: "打开的文件太多",
}


def os_words(error: OSError) -> str:
    """Why a file could not be used, in a few Chinese words."""
    return _WORDS.get(error.errno or 0, error.strerror or str(error))
