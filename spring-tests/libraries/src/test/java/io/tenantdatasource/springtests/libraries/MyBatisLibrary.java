package io.tenantdatasource.springtests.libraries;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.springframework.stereotype.Component;

@Component
class MyBatisLibrary implements Library {

    private final BookMapper books;

    MyBatisLibrary(BookMapper books) {
        this.books = books;
    }

    @Override
    public List<String> titles() {
        return books.titles();
    }

    @Override
    public Optional<String> title(long id) {
        return Optional.ofNullable(books.title(id));
    }

    @Override
    public void add(String title) {
        books.add(title);
    }

    @Override
    public int rename(long id, String title) {
        return books.rename(id, title);
    }

    @Override
    public int delete(long id) {
        return books.delete(id);
    }

    @Mapper
    interface BookMapper {

        @Select("select title from books order by id")
        List<String> titles();

        @Select("select title from books where id = #{id}")
        String title(long id);

        @Insert("insert into books (title) values (#{title})")
        void add(String title);

        @Update("update books set title = #{title} where id = #{id}")
        int rename(long id, String title);

        @Delete("delete from books where id = #{id}")
        int delete(long id);
    }
}
